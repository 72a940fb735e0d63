// A site by itself: npx cdk deploy -c administrator=you@example.org

import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CairnRepository } from '../lib';

const app = new App();
const administrator = app.node.tryGetContext('administrator');
if (typeof administrator !== 'string') {
    throw new Error('say who the first administrator is: -c administrator=you@example.org');
}
const stack = new Stack(app, 'cairn', { description: 'Cairn: a repository for research data' });
const site = new CairnRepository(stack, 'Repository', { administrator, architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64' });
new CfnOutput(stack, 'Address', { value: site.siteUrl });
