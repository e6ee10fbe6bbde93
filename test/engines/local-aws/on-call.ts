import type { Account } from './account.ts';

/** The message of an alarm. */
interface AlarmMessage {
  readonly NewStateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly AlarmDescription: string;
}

/** A queue that is subscribed to the topic of the alarms. */
export interface OnCall {
  /** Messages so far of an alarm of a section of the runbook that came to a state. */
  messagesOf(section: string, state?: AlarmMessage['NewStateValue']): AlarmMessage[];
}

/** Makes a queue, and subscribes it to a topic of the account's. */
export function subscribeQueue(account: Account, topicArn: string): OnCall {
  const { QueueUrl: url } = account.aws('sqs', 'create-queue', '--queue-name', 'on-call');
  const queue = `arn:aws:sqs:${account.region}:${account.id}:on-call`;
  account.aws('sns', 'subscribe', '--topic-arn', topicArn, '--protocol', 'sqs', '--notification-endpoint', queue);
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  });
  account.aws('sqs', 'set-queue-attributes', '--queue-url', url, '--attributes', JSON.stringify({ Policy }));
  const messages: AlarmMessage[] = [];
  const receive = () => {
    for (;;) {
      const of = ['--queue-url', url];
      const { Messages: received = [] } =
        account.aws('sqs', 'receive-message', ...of, '--max-number-of-messages', '10') ?? {};
      if (received.length === 0) return;
      for (const { Body: body, ReceiptHandle: handle } of received) {
        messages.push(JSON.parse(JSON.parse(body).Message));
        account.aws('sqs', 'delete-message', ...of, '--receipt-handle', handle);
      }
    }
  };
  return {
    messagesOf(section, state = 'ALARM') {
      receive();
      return messages.filter(
        ({ AlarmDescription: text, NewStateValue: now }) => now === state && text.endsWith(`#${section}`),
      );
    },
  };
}
