// Functions of CloudFront for a program that is not JavaScript: code and a request are a line of JSON, what becomes of it another.
import { createInterface } from 'node:readline';
import vm from 'node:vm';

const handlers = new Map();

for await (const line of createInterface({ input: process.stdin })) {
    const { code, event } = JSON.parse(line);
    if (!handlers.has(code)) {
        handlers.set(code, vm.runInNewContext(`${code}\n(handler)`));
    }
    console.log(JSON.stringify(handlers.get(code)(event)));
}
