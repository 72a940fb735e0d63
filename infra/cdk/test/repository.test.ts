// What the construct synthesizes, without an account and without a network.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { App, Fn, Stack } from 'aws-cdk-lib';
import { CairnRepository, type CairnRepositoryProps } from '../lib';

const ROOT = path.join(__dirname, '..', '..', '..', '..');
const SNAPSHOT = path.join(__dirname, '..', '..', 'test', 'template.snap.json');
const EVERYTHING: Required<Omit<CairnRepositoryProps, 'packages'>> = {
    administrator: 'ada@example.org', name: 'data', siteUrl: 'https://data.example.org', oaiPrefix: 'data.example.org',
    statsQuery: 'everybody', remoteHosts: 'a.example.org', maxFiles: 10_000, maxFileSize: 5_000_000_000, quota: 50_000_000_000,
    deletionDays: 0, fileModificationDays: 30, customFieldsParameter: '/data/custom-fields/1', dois: 'optional', siteName: 'Data', datacitePrefix: '10.12345',
    dataciteRepository: 'ABC.DATA', datacitePasswordParameter: '/data/datacite', dataciteUrl: 'https://api.test.datacite.org',
    crossrefPrefix: '10.54321', crossrefUser: 'data/depositor', crossrefPasswordParameter: '/data/crossref', crossrefEmail: 'dois@example.org',
    crossrefDepositor: 'Data', crossrefUrl: 'https://test.crossref.org', edge: true, filesUrl: 'https://files.example.org',
    certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/0-1',
    webAcl: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/data/1', search: 'existing', searchInstance: 'm6g.large.search',
    searchNodes: 2, searchVolume: 20, searchEndpoint: 'https://search.example.org',
    searchDomainArn: 'arn:aws:es:eu-central-1:123456789012:domain/data', topology: 'service', architecture: 'x86_64',
    tracing: true, logDays: 7, watch: false, alarmMail: 'ada@example.org', protection: false,
};

type Template = {
    Parameters: Record<string, { Default?: string }>;
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
};

let packages: string;
before(() => {
    packages = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-packages-'));
    for (const archive of ['api.zip', 'events.zip']) {
        fs.writeFileSync(path.join(packages, archive), archive);
    }
});
after(() => fs.rmSync(packages, { recursive: true }));

/** Every template of a site, the root first. */
function synthesized(props: Omit<CairnRepositoryProps, 'packages'>): Template[] {
    const out = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-synth-'));
    try {
        const app = new App({ outdir: out });
        new CairnRepository(new Stack(app, 'cairn'), 'Repository', { ...props, packages });
        app.synth();
        const files = fs.readdirSync(out).filter((file) => file.endsWith('.template.json'));
        files.sort((one, other) => one.length - other.length || one.localeCompare(other));
        return files.map((file) => JSON.parse(fs.readFileSync(path.join(out, file), 'utf8')));
    } finally {
        fs.rmSync(out, { recursive: true });
    }
}

/** `id type` of every resource of every template that SAM deploys. */
function written(): string[] {
    const found: string[] = [];
    const read = (file: string) => {
        const text = fs.readFileSync(file, 'utf8');
        const resources = text.split(/^Resources:$/m)[1]!.split(/^\w+:$/m)[0]!;
        found.push(...[...resources.matchAll(/^ {2}(\w+):\n(?: {4}#.*\n)* {4}Type: (\S+)/gm)].map(([, id, type]) => `${id} ${type}`));
        for (const [, below] of text.matchAll(/TemplateURL: (\S+)$/gm)) {
            read(path.join(path.dirname(file), below!));
        }
    };
    read(path.join(ROOT, 'template.yaml'));
    return found.sort();
}

test('every resource of the templates is there, and functions run what was packaged', () => {
    const templates = synthesized({ administrator: 'ada@example.org' });
    const all = templates.flatMap((template) => Object.entries(template.Resources));
    const found = all.map(([id, { Type }]) => `${id} ${Type}`).filter((one) => !one.startsWith('CDKMetadata '));
    const expected = written();
    assert.ok(expected.length > 500, `${expected.length}`);
    assert.deepEqual(found.sort(), expected);
    const functions = all.filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
    const keys = functions.map(([, { Properties }]) => (Properties!.Code as { S3Key: string }).S3Key);
    assert.equal(new Set(keys).size, 2, 'two archives');
    assert.ok(keys.every((key) => typeof key === 'string' && key.endsWith('.zip')));
});

test('the root is as it was', () => {
    const [root] = synthesized({ administrator: 'ada@example.org' });
    // Hashes of nested templates are theirs to change.
    const text = `${JSON.stringify(root, null, 1).replace(/[0-9a-f]{64}/g, 'HASH')}\n`;
    if (process.env.SNAPSHOT === 'update') {
        fs.writeFileSync(SNAPSHOT, text);
    }
    assert.equal(text, fs.readFileSync(SNAPSHOT, 'utf8'), 'SNAPSHOT=update npm test writes it anew');
});

test('every parameter is a property, and a property is what the parameter becomes', () => {
    const [root] = synthesized(EVERYTHING);
    const parameters = Object.entries(root!.Parameters).filter(([name]) => name !== 'BootstrapVersion');
    const names = Object.keys(EVERYTHING).map((name) => name.charAt(0).toUpperCase() + name.slice(1));
    assert.deepEqual(parameters.map(([name]) => name).sort(), names.sort());
    for (const [name, { Default }] of parameters) {
        const value = EVERYTHING[(name.charAt(0).toLowerCase() + name.slice(1)) as keyof typeof EVERYTHING];
        assert.equal(Default, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value), name);
    }
});

for (const [props, message] of [
    [{ name: 'Data' }, /Name: "Data" should be 3 to 20 of a-z/],
    [{ siteUrl: 'https://data.example.org/' }, /SiteUrl: .* should be an address without a path/],
    [{ administrator: 'ada' }, /Administrator: "ada" should be a mail address/],
    [{ siteName: 'x'.repeat(101) }, /SiteName: .* should be at most 100 letters/],
    [{ remoteHosts: 'loopback:127.0.0.1' }, /RemoteHosts: .* should be hosts with commas between them/],
    [{ maxFiles: 0 }, /MaxFiles: "0" should be a number from 1 to 999999/],
    [{ deletionDays: 1.5 }, /DeletionDays: "1.5" should be a number of days/],
    [{ customFieldsParameter: 'journal,thesis' }, /CustomFieldsParameter: .* should be the name of a parameter, beginning with a slash/],
    [{ searchVolume: 5 }, /SearchVolume: "5" should be a number from 10 to 24576/],
    [{ logDays: 8 }, /LogDays: "8" should be one of 1, 3/],
] as [Partial<CairnRepositoryProps>, RegExp][]) {
    test(`${JSON.stringify(props)} is refused`, () => {
        assert.throws(() => synthesized({ administrator: 'ada@example.org', ...props }), message);
    });
}

test('what is only known when it is deployed can be a property too', () => {
    const [root] = synthesized({ administrator: 'ada@example.org', alarmMail: Fn.importValue('mail') });
    assert.equal(root!.Parameters.AlarmMail, undefined);
    const watching = root!.Resources.Watching!.Properties!.Parameters as Record<string, unknown>;
    assert.deepEqual(watching.AlarmMail, { 'Fn::ImportValue': 'mail' });
});

test('a site by itself has what its command line says', () => {
    const out = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-app-'));
    const run = (context: Record<string, string>) =>
        spawnSync(process.execPath, [path.join(__dirname, '..', 'bin', 'cairn.js')], {
            env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ packages, ...context }) },
            encoding: 'utf8',
        });
    try {
        const made = run({ administrator: 'ada@example.org', edge: 'on', architecture: 'arm64', 'aws:cdk:bundling-stacks': '**' });
        assert.equal(made.status, 0, made.stderr);
        const root: Template = JSON.parse(fs.readFileSync(path.join(out, 'cairn.template.json'), 'utf8'));
        const { Administrator, Edge, Architecture } = root.Parameters;
        assert.deepEqual([Administrator, Edge, Architecture].map((one) => one!.Default), ['ada@example.org', 'on', 'arm64']);
        assert.match(run({ edge: 'on' }).stderr, /say who the first administrator is/);
        assert.match(run({ administrator: 'ada@example.org', colour: 'red' }).stderr, /Colour/);
    } finally {
        fs.rmSync(out, { recursive: true });
    }
});

test('archives that are missing are missed', () => {
    const stack = new Stack(new App(), 'cairn');
    const props = { administrator: 'ada@example.org', packages: '/nowhere' };
    assert.throws(() => new CairnRepository(stack, 'Repository', props), /api.zip is missing: make package/);
});
