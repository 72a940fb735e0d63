"""Bodies that the tests send: the smallest and the fullest record, a community, a review."""

import uuid


def uniq(prefix="compat"):
    """One lower-case word that no other test uses (safe in query strings)."""
    return f"{prefix}{uuid.uuid4().hex[:14]}"


def person(family="Potter", given="Ina", **kw):
    return {
        "person_or_org": {
            "type": "personal",
            "family_name": family,
            "given_name": given,
            **kw,
        }
    }


def org(name="Entity One", **kw):
    return {"person_or_org": {"type": "organizational", "name": name, **kw}}


class DROP:
    """Stands for "leave this field out" (a class, so that copies stay the same thing)."""


class _AUTO:
    pass


def minimal(title=_AUTO, files=False, access=None, **meta):
    """The smallest metadata that can be published (DROP takes a field out)."""
    meta["title"] = f"Conformance {uniq()}" if title is _AUTO else title
    md = {
        "title": "",
        "publication_date": "2020-06-01",
        "resource_type": {"id": "publication-article"},
        "publisher": "Kiln Press",
        "creators": [person()],
    }
    for k, v in meta.items():
        if v is DROP:
            md.pop(k, None)
        else:
            md[k] = v
    return {
        "access": access or {"record": "public", "files": "public"},
        "files": {"enabled": bool(files)},
        "metadata": md,
    }


def full(title=_AUTO):
    """Metadata that fills every standard field (vocabulary ids from the default fixtures)."""
    return minimal(
        title,
        resource_type={"id": "dataset"},
        additional_titles=[
            {
                "title": "Et kort eventyr",
                "type": {"id": "subtitle"},
                "lang": {"id": "dan"},
            }
        ],
        creators=[
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Carberry",
                    "given_name": "Josiah",
                    "identifiers": [
                        {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}
                    ],
                },
                "role": {"id": "editor"},
                "affiliations": [{"name": "Department of Psychoceramics"}],
            },
            org("Ceramics Society"),
        ],
        contributors=[
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Stein",
                    "given_name": "Mara",
                },
                "role": {"id": "datacurator"},
                "affiliations": [{"name": "Glaze Lab"}],
            }
        ],
        subjects=[{"subject": "crackpottery"}, {"subject": "kiln heat"}],
        languages=[{"id": "dan"}, {"id": "eng"}],
        dates=[
            {"date": "1929/1931", "type": {"id": "other"}, "description": "Kiln time"},
            {"date": "2019-05", "type": {"id": "collected"}},
        ],
        version="v1.2",
        publisher="Conformance Press",
        identifiers=[{"scheme": "url", "identifier": "https://example.org/alt/1"}],
        related_identifiers=[
            {
                "identifier": "10.1234/pots.7",
                "scheme": "doi",
                "relation_type": {"id": "iscitedby"},
                "resource_type": {"id": "dataset"},
            }
        ],
        sizes=["42 pages"],
        formats=["application/pdf"],
        rights=[{"id": "cc-by-4.0"}],
        copyright="Copyright 2024 The Authors",
        description="<p>On the <em>firing</em> of pots.</p>",
        additional_descriptions=[
            {
                "description": "Fired twice.",
                "type": {"id": "methods"},
                "lang": {"id": "eng"},
            }
        ],
        funding=[
            {
                "funder": {"name": "Conformance Funder"},
                "award": {
                    "title": {"en": "Conformance award"},
                    "number": "C-0001",
                    "identifiers": [
                        {"scheme": "url", "identifier": "https://example.org/award/1"}
                    ],
                },
            }
        ],
        references=[
            {"reference": "Carberry 1929", "identifier": "10.1234/ref.1", "scheme": "doi"}
        ],
        locations={
            "features": [
                {
                    "geometry": {"type": "Point", "coordinates": [-71.4025, 41.8262]},
                    "place": "Providence",
                    "description": "Where it was made",
                    "identifiers": [{"identifier": "5224151", "scheme": "geonames"}],
                }
            ]
        },
    )


def community_payload(slug=None, **kw):
    slug = slug or uniq("c")
    p = {
        "slug": slug,
        "access": {
            "visibility": "public",
            "member_policy": "open",
            "record_policy": "open",
            "review_policy": "closed",
            "members_visibility": "public",
            "record_submission_policy": "open",
        },
        "metadata": {"title": f"Community {slug}"},
    }
    p["access"].update(kw.pop("access", {}))
    p["metadata"].update(kw.pop("metadata", {}))
    p.update(kw)
    return p


def review_body(community_id):
    return {"type": "community-submission", "receiver": {"community": community_id}}
