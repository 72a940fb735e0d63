"""Do the proofs of searching ask what they say they ask?"""

import re
import unittest

import queries
import scale

DRAFTS = [
    {"metadata": {"title": "Open data of muon jets", "description": "<p>Of <b>muons</b> and jets</p>", "creators": [{"person_or_org": {"name": "CMS"}}],
                  "resource_type": {"id": "dataset"}, "publication_date": "2016", "identifiers": [{"identifier": "a:1", "scheme": "other"}]}},
]


class Searches(unittest.TestCase):
    def test_the_same_seed_asks_the_same_of_every_kind(self):
        asked = list(queries.Hostile(DRAFTS, 7).all(200))
        self.assertEqual(asked, list(queries.Hostile(DRAFTS, 7).all(200)))
        self.assertNotEqual(asked, list(queries.Hostile(DRAFTS, 8).all(200)))
        self.assertGreater(len({kind for kind, _ in asked}), 15)
        self.assertGreater(max(len(query) for _, query in asked), 50_000)

    def test_copies_differ_in_words_and_keep_their_markup(self):
        corpus = scale.Corpus(DRAFTS)
        first, copies = corpus.draft(0), [corpus.draft(number) for number in range(1, 20)]
        self.assertEqual(first, DRAFTS[0])
        self.assertEqual(len({made["metadata"]["title"] for made in copies}), 19)
        self.assertGreater(len({made["metadata"]["description"] for made in copies}), 5)
        for made in copies:
            self.assertEqual(re.findall("<[^>]*>", made["metadata"]["description"]), ["<p>", "<b>", "</b>", "</p>"])

    def test_the_most_of_a_hundred_is_not_the_middle(self):
        times = scale.Times.__new__(scale.Times)
        times.taken = {"one": [(number, 2 * number) for number in range(100)]}
        self.assertEqual([times.of(["one"], column, share) for column in (0, 1) for share in (0.5, 0.99)], [50, 99, 100, 198])


if __name__ == "__main__":
    unittest.main()
