// Cairn as a construct: the generated templates with typed properties.

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct, type IConstruct } from 'constructs';
import { included } from './templates';

/** The parameters of the template: docs/DEPLOY.md says more of each. What is left out is as the template has it. */
export interface CairnParameters {
    /** The mail address of the first administrator. */
    readonly administrator: string;
    /** What names of tables, queues and functions begin with; one site of an account has it. */
    readonly name?: string;
    /** The public address, as `https://data.example.org`. */
    readonly siteUrl?: string;
    /** What OAI identifiers begin with. */
    readonly oaiPrefix?: string;
    /** Who may ask `POST /api/stats`. */
    readonly statsQuery?: 'nobody' | 'administrators' | 'everybody';
    /** Hosts that files may be linked to and fetched from, by commas. */
    readonly remoteHosts?: string;
    /** Most files of one version of a record. */
    readonly maxFiles?: number;
    /** Most bytes of one file. */
    readonly maxFileSize?: number;
    /** Most bytes of the files of one version of a record. */
    readonly quota?: number;
    /** Days after publication in which owners may delete their records themselves; 0: never. */
    readonly deletionDays?: number;
    /** Days after publication in which owners may change files of their records; 0: only administrators let them. */
    readonly fileModificationDays?: number;
    /** The parameter of Systems Manager that declares further fields of records, as `/cairn/custom-fields/1`. */
    readonly customFieldsParameter?: string;
    /** Whether every public record has a DOI of the site. */
    readonly dois?: 'required' | 'optional' | 'none';
    /** What the site is called where somebody brings a DOI that only it can make. */
    readonly siteName?: string;
    /** What DOIs begin with. */
    readonly datacitePrefix?: string;
    /** The account at DataCite that registers DOIs. */
    readonly dataciteRepository?: string;
    /** The SecureString of Systems Manager that holds its password. */
    readonly datacitePasswordParameter?: string;
    /** The address of DataCite. */
    readonly dataciteUrl?: string;
    /** What DOIs of Crossref begin with; without `datacitePrefix` all DOIs are of Crossref. */
    readonly crossrefPrefix?: string;
    /** The account at Crossref that registers them: `name` or `name/role`. */
    readonly crossrefUser?: string;
    /** The SecureString of Systems Manager that holds its password. */
    readonly crossrefPasswordParameter?: string;
    /** Where Crossref writes to about every deposit; needed with an account. */
    readonly crossrefEmail?: string;
    /** Who deposits at Crossref; what the site is called by default. */
    readonly crossrefDepositor?: string;
    /** The address of Crossref. */
    readonly crossrefUrl?: string;
    /** CloudFront stands before the site and its files. */
    readonly edge?: boolean;
    /** The public address of files, as `https://files.example.org`. */
    readonly filesUrl?: string;
    /** The ARN of a certificate in us-east-1 for the hosts of both addresses. */
    readonly certificate?: string;
    /** The ARN of limits per caller, as the stack `infra/firewall.yaml` gives it. */
    readonly webAcl?: string;
    /** An OpenSearch of its own, an existing one, or none. */
    readonly search?: 'domain' | 'existing' | 'none';
    /** The sort of its nodes. */
    readonly searchInstance?: string;
    /** How many nodes it has. */
    readonly searchNodes?: number;
    /** GiB that each of them stores. */
    readonly searchVolume?: number;
    /** The address of the existing one. */
    readonly searchEndpoint?: string;
    /** Its ARN, if it is an OpenSearch Service domain. */
    readonly searchDomainArn?: string;
    /** A function for each operation, or for each service. */
    readonly topology?: 'operation' | 'service';
    /** The processors that functions run on: those that were packaged for. */
    readonly architecture?: 'arm64' | 'x86_64';
    /** Requests are traced by X-Ray. */
    readonly tracing?: boolean;
    /** Days that logs are kept. */
    readonly logDays?: number;
    /** There are alarms and a dashboard. */
    readonly watch?: boolean;
    /** Who is told of alarms by mail. */
    readonly alarmMail?: string;
    /** Tables refuse to be deleted. */
    readonly protection?: boolean;
}

export interface CairnRepositoryProps extends CairnParameters {
    /** The folder of `api.zip` and `events.zip`: what `make package` made, unless said otherwise. */
    readonly packages?: string;
}

/** The root of the repository, seen from `dist/lib`. */
const ROOT = path.join(__dirname, '..', '..', '..', '..');

/** A site of Cairn: all of `template.yaml`, within the stack that it is put into. A stack holds one. */
export class CairnRepository extends Construct {
    /** The address of the site. */
    readonly siteUrl: string;
    /** The template as it was included, for whoever has to change what no parameter changes. */
    readonly template: CfnInclude;

    constructor(scope: Construct, id: string, props: CairnRepositoryProps) {
        super(scope, id);
        const { packages = path.join(ROOT, 'target', 'package'), ...parameters } = props;
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-cdk-'));
        try {
            const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
            const later = given.filter(([, value]) => Token.isUnresolved(value));
            this.template = new CfnInclude(this, 'Template', {
                ...included(path.join(ROOT, 'template.yaml'), folder),
                parameters: Object.fromEntries(later.map(([name, value]) => [parameter(name), value])),
            });
            for (const [name, value] of given.filter(([, value]) => !Token.isUnresolved(value))) {
                choose(parameter(name), this.template.getParameter(parameter(name)), value as string | number | boolean);
            }
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
        this.fill(packages);
        this.siteUrl = Token.asString(this.template.getOutput('SiteUrl').value);
    }

    /** Functions run what was packaged. */
    private fill(packages: string) {
        const archives = new Map<string, Asset>();
        for (const one of Stack.of(this).node.findAll().filter(isFunction)) {
            const archive = (one.code as CfnFunction.CodeProperty).zipFile;
            if (archive !== 'api' && archive !== 'events') {
                continue;
            }
            let asset = archives.get(archive);
            if (asset === undefined) {
                const file = path.join(packages, `${archive}.zip`);
                if (!fs.existsSync(file)) {
                    throw new Error(`${file} is missing: make package`);
                }
                asset = new Asset(this, archive, { path: file });
                archives.set(archive, asset);
            }
            one.code = { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
        }
    }
}

function isFunction(one: IConstruct): one is CfnFunction {
    return one instanceof CfnFunction;
}

/** The parameter of a property: `SiteUrl` of `siteUrl`. */
function parameter(name: string): string {
    return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Makes a value the parameter's own, if it fits what the template says of it. */
function choose(name: string, parameter: CfnParameter, value: string | number | boolean) {
    const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
    const { allowedPattern, allowedValues, constraintDescription, maxLength, minValue, maxValue } = parameter;
    const refuse = (should: string) => {
        throw new Error(`${name}: "${text}" should be ${should}`);
    };
    if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(text)) {
        refuse(constraintDescription ?? allowedPattern);
    }
    if (text.length > (maxLength ?? Infinity)) {
        refuse(constraintDescription ?? `at most ${maxLength} letters`);
    }
    if (allowedValues !== undefined && !allowedValues.map(String).includes(text)) {
        refuse(`one of ${allowedValues.join(', ')}`);
    }
    if (parameter.type === 'Number' && !(Number(text) >= (minValue ?? -Infinity) && Number(text) <= (maxValue ?? Infinity))) {
        refuse(`a number from ${minValue} to ${maxValue}`);
    }
    parameter.default = text;
}
