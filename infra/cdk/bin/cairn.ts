// A site by itself: npx cdk deploy -c administrator=you@example.org. Every property of the construct can be said so: -c edge=on

import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CairnRepository, type CairnRepositoryProps } from '../lib';

const app = new App();
// What the CDK says of itself has names with signs in them.
const said = Object.entries(app.node.getAllContext()).filter(([name]) => /^[a-z][A-Za-z]*$/.test(name));
const props = Object.fromEntries(said) as Partial<CairnRepositoryProps>;
const { administrator } = props;
if (administrator === undefined) {
    throw new Error('say who the first administrator is: -c administrator=you@example.org');
}
const stack = new Stack(app, 'cairn', { description: 'Cairn: a repository for research data' });
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const site = new CairnRepository(stack, 'Repository', { architecture, ...props, administrator });
new CfnOutput(stack, 'Address', { value: site.siteUrl });
