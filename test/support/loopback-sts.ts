import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** STS on loopback: says which account this is, refuses with an error of this name, or never answers. */
export class LoopbackSts {
  hangs = false;
  /** Called when somebody asks. */
  onRequest: () => void = () => {};
  refusal: { readonly code: string; readonly message: string } | undefined;
  readonly #server = createServer((_request, response) => {
    this.onRequest();
    if (this.hangs) return;
    response.sendDate = false;
    response.writeHead(this.refusal ? 403 : 200, { 'content-type': 'text/xml' }).end(this.#answer());
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
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
