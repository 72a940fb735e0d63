// What every request to the site goes through at the edge: it says where the request came from, and refuses bodies that no
// operation takes, in the repository's own words.
const LARGEST = 0;
const OTHERS = [];

function most(request) {
    for (const [method, path, bytes] of OTHERS) {
        if (request.method === method && new RegExp(path).test(request.uri)) {
            return bytes;
        }
    }
    return LARGEST;
}

function handler(event) {
    const request = event.request;
    const length = request.headers['content-length'];
    const bytes = most(request);
    if (length && Number(length.value) > bytes) {
        return {
            statusCode: 413,
            statusDescription: 'Content Too Large',
            headers: {
                'content-type': { value: 'application/json' },
                'access-control-allow-origin': { value: '*' },
                'x-content-type-options': { value: 'nosniff' },
            },
            body: JSON.stringify({ status: 413, message: 'The request body has more than ' + bytes + ' bytes.' }),
        };
    }
    request.headers['x-cairn-viewer'] = { value: event.viewer.ip };
    return request;
}
