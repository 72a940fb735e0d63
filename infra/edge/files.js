// What every request for bytes of files goes through at the edge. The signed address says all: S3 refuses who says besides, by a
// header, who they are. What is not signed, or for other objects than those that are signed, never gets to the bucket.
const PREFIXES = [];
const METHODS = ['GET', 'HEAD', 'PUT', 'OPTIONS'];

function refused(status, description, message) {
    return {
        statusCode: status,
        statusDescription: description,
        headers: {
            'content-type': { value: 'application/json' },
            'access-control-allow-origin': { value: '*' },
            'x-content-type-options': { value: 'nosniff' },
        },
        body: JSON.stringify({ status: status, message: message }),
    };
}

function handler(event) {
    const request = event.request;
    if (!METHODS.includes(request.method)) {
        const answer = refused(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.');
        answer.headers.allow = { value: METHODS.join(', ') };
        return answer;
    }
    const signed = request.querystring['X-Amz-Signature'];
    const known = PREFIXES.some((prefix) => request.uri.startsWith(prefix));
    if (!known || (request.method !== 'OPTIONS' && !(signed && signed.value))) {
        return refused(403, 'Forbidden', 'Files are fetched and sent at signed addresses: ask the repository for one.');
    }
    delete request.headers.authorization;
    delete request.headers.cookie;
    request.cookies = {};
    return request;
}
