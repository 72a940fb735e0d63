"""Does the comparison of records notice what is lost, changed or made up?"""

import unittest

import records


class Differences(unittest.TestCase):
    def found(self, sent, shown):
        return len(list(records.differences(sent, shown, "metadata")))

    def test_what_is_normalised_is_no_difference(self):
        person = {"type": "personal", "family_name": "Lovelace", "given_name": "Ada"}
        self.assertEqual(self.found(person, {**person, "name": "Lovelace, Ada"}), 0)
        self.assertEqual(self.found({"id": "dataset"}, {"id": "dataset", "title": {"en": "Dataset"}}), 0)
        self.assertEqual(self.found({"description": "<p onclick='x'>a&amp;b</p>"}, {"description": "<p>a&amp;b</p>"}), 0)
        self.assertEqual(self.found({"title": " a "}, {"title": "a"}), 0)

    def test_what_is_lost_changed_or_made_up_is_one(self):
        self.assertEqual(self.found({"title": "a"}, {}), 1)
        self.assertEqual(self.found({}, {"title": "a"}), 1)
        self.assertEqual(self.found({"title": "a"}, {"title": "b"}), 1)
        self.assertEqual(self.found({"sizes": ["1", "2"]}, {"sizes": ["2"]}), 2)
        self.assertEqual(self.found({"description": "<p>a b</p>"}, {"description": "<p>a</p>"}), 1)
        person = {"type": "personal", "family_name": "Lovelace", "given_name": "Ada"}
        self.assertEqual(self.found(person, {**person, "name": "Ada Lovelace"}), 1)

    def test_facets_are_counted_by_value_and_year(self):
        draft = lambda kind, date: {"metadata": {"resource_type": {"id": kind}, "publication_date": date}}
        facets = records.counted([draft("image-photo", "2001/2003"), draft("image-plot", "2003-05"), draft("dataset", "2005")])
        self.assertEqual(facets["resource_type"], [("image", 2, [("image-photo", 1), ("image-plot", 1)]), ("dataset", 1, [])])
        self.assertEqual(
            facets["publication_date"], [("2001", 1), ("2002", 1), ("2003", 2), ("2004", 0), ("2005", 1)]
        )


if __name__ == "__main__":
    unittest.main()
