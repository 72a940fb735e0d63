"""Record search: query syntax, facets, sort, pages, links, errors."""
from urllib.parse import parse_qs, urlsplit
import pytest
import later
from helpers import is_json_error, minimal, new_draft, new_file_record, new_record, person, settled, uniq
# While files wait, the corpus has none, and what depends on them is in later.txt: the other queries can be asked already.
FILES = not later.Waiting.read().on('files')

@pytest.fixture(scope='module')
def corpus(user):
    """Seven records sharing one unique word; what differs is known."""
    tag = uniq('corp')
    rows = {}

    def add(name, title, files=None, **kw):
        files = files if FILES else None
        body = minimal(f'{tag} {title}', files=bool(files), **kw)
        rows[name] = new_file_record(user, files, body) if files else new_record(user, body)
    add('apple', 'apple pie', resource_type={'id': 'dataset'}, publication_date='2001-02-03')
    add('banana', 'banana split', resource_type={'id': 'image-photo'}, publication_date='2005')
    add('cherry', 'cherry cake', resource_type={'id': 'software'}, publication_date='2010-06')
    add('date', 'date syrup', resource_type={'id': 'dataset'}, publication_date='2015-01-01', subjects=[{'subject': 'sweets'}], languages=[{'id': 'eng'}], description='<p>about zanzibar spices</p>')
    add('elder', 'elderberry wine', publication_date='2020-12-31', creators=[person('Quillfeather', 'Zelda')], languages=[{'id': 'deu'}])
    add('fig', 'fig jam', files={'f.pdf': b'%PDF-1.4'}, publication_date='2021')
    add('grape', 'grape juice', files={'g.csv': b'a,b'}, publication_date='2022')
    return {'tag': tag, 'rows': rows}

@pytest.fixture(scope='module')
def s(corpus, anon):
    """s(q='...') searches inside the corpus as anybody; returns (names, body)."""
    settled(anon, '/records', 7, q=corpus['tag'])
    by_id = {r['id']: n for n, r in corpus['rows'].items()}

    def run(q='', **params):
        full = f"{corpus['tag']} AND ({q})" if q else corpus['tag']
        params.setdefault('size', 25)
        j = anon.get('/records', params={'q': full, **params}, expect=200).json()
        return ([by_id[h['id']] for h in j['hits']['hits']], j)
    return run

@pytest.mark.parametrize('key', ['hits', 'links', 'aggregations', 'sortBy'])
def test_body_has(s, key):
    assert key in s()[1]

def test_hits_shape(s):
    names, j = s()
    assert j['hits']['total'] == 7
    assert isinstance(j['hits']['hits'], list)
    assert len(set(names)) == 7

@pytest.mark.parametrize('key', ['id', 'links', 'metadata', 'access', 'parent', 'versions', 'created', 'updated', 'pids', 'files', 'revision_id', 'is_published'])
def test_hit_has(s, key):
    assert key in s()[1]['hits']['hits'][0]

def test_hit_equals_record(s, anon):
    _, j = s('apple')
    h = j['hits']['hits'][0]
    r = anon.get(f"/records/{h['id']}", expect=200).json()
    for k in ('metadata', 'access', 'pids', 'parent', 'created'):
        assert h[k] == r[k]
QUERIES = [('word', 'apple', {'apple'}), ('word-case', 'APPLE', {'apple'}), ('two-words-or', 'apple OR banana', {'apple', 'banana'}), ('and', 'apple AND pie', {'apple'}), ('and-none', 'apple AND split', set()), ('not', 'NOT apple AND NOT banana', {'cherry', 'date', 'elder', 'fig', 'grape'}), ('minus', '+cake -apple', {'cherry'}), ('phrase', '"banana split"', {'banana'}), ('phrase-wrong-order', '"split banana"', set()), ('wildcard', 'elder*', {'elder'}), ('wildcard-field', 'metadata.title:cher*', {'cherry'}), ('field-title', 'metadata.title:grape', {'grape'}), ('field-type', 'metadata.resource_type.id:dataset', {'apple', 'date'}), ('field-creator', 'metadata.creators.person_or_org.family_name:Quillfeather', {'elder'}), ('creator-word', 'Quillfeather', {'elder'}), ('description-word', 'zanzibar', {'date'}), ('subject', 'metadata.subjects.subject:sweets', {'date'}), ('group', '(apple OR fig) AND (pie OR jam)', {'apple', 'fig'}), ('date-range', 'metadata.publication_date_range:[2000 TO 2006]', {'apple', 'banana'}), ('fuzzy', 'bananna~1', {'banana'}), ('language', 'metadata.languages.id:deu', {'elder'}), ('access-status', 'access.status:open', {'fig', 'grape'}), ('file-key', 'files.entries.key:"f.pdf"', {'fig'}), ('exists', '_exists_:metadata.subjects', {'date'}), ('unicode-none', '日本語', set())]

@pytest.mark.parametrize('q,want', [c[1:] for c in QUERIES], ids=[c[0] for c in QUERIES])
def test_query(s, q, want):
    assert set(s(q)[0]) == want

@pytest.mark.parametrize('q', ['((', 'title:', 'AND AND', '"unclosed', 'a/b/c/', '[1 TO', '{}', '\\', 'foo:bar:baz', '!!!'], ids=['paren', 'no-term', 'and-and', 'quote', 'slashes', 'range', 'braces', 'backslash', 'colons', 'bangs'])
def test_odd_queries_never_500(anon, q):
    r = anon.get('/records', params={'q': q})
    assert r.status_code in (200, 400), r.text[:200]
    if r.status_code == 400:
        assert r.json()['message']

def counts(j, facet):
    return {b['key']: b['doc_count'] for b in j['aggregations'][facet]['buckets']}

def test_facet_counts_access(s):
    assert counts(s()[1], 'access_status') == {'metadata-only': 5, 'open': 2}

def test_facet_counts_file_type(s):
    assert counts(s()[1], 'file_type') == {'pdf': 1, 'csv': 1}

@pytest.mark.parametrize('params,want', [({'access_status': 'open'}, {'fig', 'grape'}), ({'access_status': 'metadata-only'}, {'apple', 'banana', 'cherry', 'date', 'elder'}), ({'file_type': 'pdf'}, {'fig'}), ({'resource_type': 'dataset'}, {'apple', 'date'}), ({'resource_type': ['dataset', 'software']}, {'apple', 'date', 'cherry'}), ({'resource_type': 'publication', 'file_type': 'csv'}, {'grape'}), ({'resource_type': 'publication::publication-article'}, {'elder', 'fig', 'grape'}), ({'resource_type': 'nosuch'}, set()), ({'nosuchfacet': 'x'}, {'apple', 'banana', 'cherry', 'date', 'elder', 'fig', 'grape'})], ids=['open', 'meta', 'pdf', 'dataset', 'two', 'and', 'nested', 'nosuch', 'unknown'])
def test_facet_filter(s, params, want):
    assert set(s(**params)[0]) == want

def test_facet_counts_stay_with_filter(s):
    """A filter narrows hits, not the counts of its own facet (post filter)."""
    c = counts(s(resource_type='dataset')[1], 'resource_type')
    assert c.get('software') == 1

def test_facet_label_is_localised(s):
    b = s()[1]['aggregations']['resource_type']['buckets']
    assert {x['key']: x['label'] for x in b}['dataset'] == 'Dataset'

def test_sort_unknown_is_400(anon):
    r = anon.get('/records', params={'sort': 'nosuch'})
    assert r.status_code in (400, 200)
    if r.status_code == 400:
        is_json_error(r, 400)

def test_default_page_size(anon):
    j = anon.get('/records', expect=200).json()
    assert len(j['hits']['hits']) <= 25
    q = parse_qs(urlsplit(j['links']['self']).query)
    assert q['page'] == ['1'] and q['size'] == ['25']

def test_pages_partition(s):
    seen = []
    for page in (1, 2, 3, 4):
        names, _ = s(size=2, page=page, sort='oldest')
        seen += names
    assert seen == ['apple', 'banana', 'cherry', 'date', 'elder', 'fig', 'grape']

def test_links_first_page(s):
    j = s(size=3, page=1)[1]
    assert 'next' in j['links'] and 'prev' not in j['links'] and ('self' in j['links'])

def test_links_middle_page(s):
    j = s(size=3, page=2)[1]
    assert 'next' in j['links'] and 'prev' in j['links']

def test_links_single_page(s):
    j = s(size=25)[1]
    assert 'next' not in j['links'] and 'prev' not in j['links']

def test_next_link_works(s, anon):
    j = s(size=3, page=1, sort='oldest')[1]
    k = anon.get(j['links']['next'], expect=200).json()
    assert len(k['hits']['hits']) == 3
    assert not {h['id'] for h in j['hits']['hits']} & {h['id'] for h in k['hits']['hits']}

def test_links_keep_query_and_facets(s, corpus):
    j = s(size=1, resource_type='dataset', sort='oldest')[1]
    q = parse_qs(urlsplit(j['links']['next']).query)
    assert corpus['tag'] in q['q'][0]
    assert q['resource_type'] == ['dataset']
    assert q['sort'] == ['oldest']
    assert q['page'] == ['2']

def test_walk_next_links_sees_everything(s, anon):
    j = s(size=2, sort='newest')[1]
    seen = [h['id'] for h in j['hits']['hits']]
    while 'next' in j['links']:
        j = anon.get(j['links']['next'], expect=200).json()
        seen += [h['id'] for h in j['hits']['hits']]
    assert len(seen) == len(set(seen)) == 7
