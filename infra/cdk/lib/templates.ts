// The templates of Cairn as the CDK includes them: the very files that SAM deploys.

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CfnIncludeProps } from 'aws-cdk-lib/cloudformation-include';

/** A nested stack: its name in its parent, then where its template is. */
const NESTED = /^ {2}(\w+):\n {4}Type: AWS::CloudFormation::Stack\n(?: {4}.*\n)*? {6}TemplateURL: (\S+)$/gm;
/** Where the template of a function says which archive it runs. */
const CODE = /^( +)Code: \S*target\/package\/(\w+)\.zip$/gm;

/**
 * What CfnInclude needs of `template` and of all stacks below it. It wants of a function's code an object, where SAM has the path
 * of an archive: copies in `folder` name the archive alone.
 */
export function included(template: string, folder: string): CfnIncludeProps {
    const text = fs.readFileSync(template, 'utf8');
    const copy = path.join(folder, path.basename(template));
    fs.writeFileSync(copy, text.replace(CODE, '$1Code: {ZipFile: $2}'));
    const nested: Record<string, CfnIncludeProps> = {};
    for (const [, name, file] of text.matchAll(NESTED)) {
        const below = path.join(folder, name!);
        fs.mkdirSync(below);
        nested[name!] = included(path.join(path.dirname(template), file!), below);
    }
    return { templateFile: copy, preserveLogicalIds: true, loadNestedStacks: nested };
}
