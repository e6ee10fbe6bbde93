import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer } from './loopback-server.ts';

/** STS on loopback: returns the account, refuses with an error, or never answers. */
export class LoopbackSts extends LoopbackServer {
  hangs = false;
  /** Called for each request. */
  onRequest: () => void = () => {};
  refusal: { readonly code: string; readonly message: string } | undefined;

  protected serve(_request: IncomingMessage, response: ServerResponse): void {
    this.onRequest();
    if (this.hangs) return;
    response.sendDate = false;
    response.writeHead(this.refusal ? 403 : 200, { 'content-type': 'text/xml' }).end(this.#answer());
  }

  #answer(): string {
    const namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
    if (this.refusal) {
      const { code, message } = this.refusal;
      return `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
    }
    return `<GetCallerIdentityResponse ${namespace}><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
  }
}
