import { readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

const host = 'desk.localhost'; // which every browser resolves to this machine

/** A reverse proxy that speaks https to browsers, and to the program plain http under another host name, as most are set up. */
export async function proxy() {
  const { PROVOST_CERTIFICATE: cert, PROVOST_KEY: key } = process.env;
  if (!cert || !key) throw new Error('PROVOST_CERTIFICATE and PROVOST_KEY name the files of a certificate for desk.localhost and of its key: make e2e makes them');
  let upstream = 0;
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (incoming, outgoing) => {
    const headers = { ...incoming.headers, host: 'provost.internal:8080', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    const onward = ask({ host: '127.0.0.1', port: upstream, method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    leadsTo: (port: number) => {
      upstream = port;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
