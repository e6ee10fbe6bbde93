/** The baseline of `npm run bench:synth`: an app with the same numbers of stacks and resources. */
import { App, Stack } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';

const [stacks, resources] = process.argv.slice(2).map(Number);
const app = new App();
for (let index = 0; index < (stacks ?? 0); index++) {
  const stack = new Stack(app, `Bare${index}`, { env: { account: '111111111111', region: 'eu-central-1' } });
  for (let queue = 0; queue < (resources ?? 0); queue++) new sqs.Queue(stack, `Queue${queue}`);
}
