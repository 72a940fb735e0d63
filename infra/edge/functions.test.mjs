// The functions of infra/edge.yaml, run as CloudFront runs them: node --test infra/edge/
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const template = readFileSync(new URL('../edge.yaml', import.meta.url), 'utf8').split('\n');

/** The handler of a function, from the template itself. */
function handler(resource) {
    const start = template.indexOf('      FunctionCode: |', template.indexOf(`  ${resource}:`)) + 1;
    assert.ok(start > 0, resource);
    const end = template.findIndex((line, at) => at >= start && line !== '' && !line.startsWith('        '));
    const code = template.slice(start, end).map((line) => line.slice(8)).join('\n');
    const run = vm.runInNewContext(`${code}\n(handler)`);
    // What comes back crosses the wire too.
    return (request) => JSON.parse(JSON.stringify(run({ request, viewer: { ip: '203.0.113.7' } })));
}

function request(method, uri, headers = {}, querystring = {}) {
    const values = (of) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, { value }]));
    return { method, uri, headers: values(headers), querystring: values(querystring), cookies: { session: { value: 'x' } } };
}

const site = handler('SiteFunction');
const files = handler('FilesFunction');
const SIGNED = { 'X-Amz-Signature': 'abc', 'X-Amz-SignedHeaders': 'content-length;host' };

test('the site says where a request came from, whatever the caller says', () => {
    const passed = site(request('GET', '/api/records', { 'x-cairn-viewer': '10.0.0.1', authorization: 'Bearer t' }));
    assert.equal(passed.headers['x-cairn-viewer'].value, '203.0.113.7');
    assert.equal(passed.headers.authorization.value, 'Bearer t');
    assert.equal(passed.uri, '/api/records');
});

const views = '/api/records/abcde-12345/views';
for (const [method, uri, bytes, expected] of [
    ['POST', '/api/records', 4_194_304, null],
    ['POST', '/api/records', 4_194_305, 4_194_304],
    ['PUT', '/api/records/abcde-12345/draft/files/a.bin/content', 4_194_305, 4_194_304],
    ['POST', views, 1_024, null],
    ['POST', views, 1_025, 1_024],
    ['POST', `${views}/`, 1_025, 1_024],
    ['GET', views, 1_025, null],
    ['POST', `${views}/x`, 1_025, null],
]) {
    test(`${method} ${uri} with ${bytes} bytes is ${expected ? 'refused' : 'passed on'}`, () => {
        const answer = site(request(method, uri, { 'content-length': String(bytes) }));
        if (expected === null) {
            assert.equal(answer.uri, uri);
            return;
        }
        assert.equal(answer.statusCode, 413);
        assert.equal(answer.headers['content-type'].value, 'application/json');
        const message = `The request body has more than ${expected} bytes.`;
        assert.deepEqual(JSON.parse(answer.body), { status: 413, message });
    });
}

for (const method of ['GET', 'HEAD', 'PUT']) {
    test(`${method} of a signed address gets to the bucket, without a second word on who asks`, () => {
        const headers = { authorization: 'Bearer t', cookie: 'session=x', range: 'bytes=0-9', 'content-md5': 'abc==' };
        const passed = files(request(method, '/files/0123', headers, SIGNED));
        assert.deepEqual(Object.keys(passed.headers), ['range', 'content-md5']);
        assert.deepEqual(passed.cookies, {});
        assert.equal(passed.uri, '/files/0123');
        assert.equal(passed.querystring['X-Amz-Signature'].value, 'abc');
        assert.equal(passed.querystring['X-Amz-SignedHeaders'].value, 'content-length;host');
    });
}

for (const [method, uri, querystring, status] of [
    ['GET', '/files/0123', {}, 403],
    ['GET', '/files/0123', { 'X-Amz-Signature': '' }, 403],
    ['GET', '/bodies/records/1', SIGNED, 403],
    ['PUT', '/inbox/abcde-12345/a.txt', SIGNED, 403],
    ['GET', '/', SIGNED, 403],
    ['GET', '//files/0123', SIGNED, 403],
    ['DELETE', '/files/0123', SIGNED, 405],
    ['POST', '/files/0123', SIGNED, 405],
    ['PATCH', '/files/0123', SIGNED, 405],
]) {
    test(`${method} ${uri} ${JSON.stringify(querystring)} never gets to the bucket`, () => {
        const answer = files(request(method, uri, {}, querystring));
        assert.equal(answer.statusCode, status);
        assert.equal(JSON.parse(answer.body).status, status);
        assert.equal(answer.headers.allow?.value, status === 405 ? 'GET, HEAD, PUT, OPTIONS' : undefined);
    });
}

test('browsers may ask first what they may send', () => {
    const asked = request('OPTIONS', '/parts/0123', { origin: 'https://a.example', 'access-control-request-method': 'PUT' });
    assert.equal(files(asked).uri, '/parts/0123');
});
