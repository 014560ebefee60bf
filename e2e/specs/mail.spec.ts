import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { accessible, expect, picture, test } from './app';

/** An SMTP server (RFC 5321) that keeps what it is given, and refuses some. */
class Sink {
  readonly got: string[] = [];
  private readonly server: Server = createServer((socket) => this.talk(socket));

  async start(): Promise<number> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    return (this.server.address() as AddressInfo).port;
  }

  stop() {
    this.server.close();
  }

  private talk(socket: Socket) {
    let rest = '';
    let data: string[] | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 sink');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data) {
          if (line !== '.') data.push(line);
          else {
            this.got.push(data.join('\n'));
            data = undefined;
            say('250 2.0.0 kept');
          }
        } else if (/^EHLO/i.test(line)) socket.write('250-sink\r\n250 8BITMIME\r\n');
        else if (/^RCPT TO:<unknown@/i.test(line)) say('550 5.1.1 <b>nobody</b> of that name');
        else if (/^RCPT TO:<busy@/i.test(line)) say('451 4.3.0 try later');
        else if (/^DATA/i.test(line)) {
          data = [];
          say('354 go on');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
  }
}

test('a mail server is named, tested, and its outbox looked after', async ({ app }) => {
  const sink = new Sink();
  const port = await sink.start();
  await app.request.delete('/api/admin/v1/mail');
  await app.goto('/admin/mail');
  const server = app.getByRole('region', { name: 'Mail server' });
  const trial = app.getByRole('region', { name: 'Test' });
  await expect(server.getByRole('note')).toContainText('No mail server is set up');
  await expect(trial.getByRole('button', { name: 'Send a test message' })).toBeDisabled();
  await accessible(app);
  await picture(app, 'mail-none');

  await server.getByLabel(/^Server/).fill('smtp/x');
  await server.getByLabel(/^Sender/).fill('<script>alert(1)</script>');
  await server.getByRole('button', { name: 'Save changes' }).click();
  await expect(server.getByLabel(/^Server/)).toHaveAccessibleDescription(/A host name or address is needed/);
  await expect(server.getByLabel(/^Sender/)).toHaveAccessibleDescription(/The sender is an address/);
  await accessible(app);
  await server.getByLabel(/^Server/).fill('127.0.0.1');
  await server.getByLabel('Security').selectOption('none');
  await server.getByLabel('Port').fill(String(port));
  await server.getByLabel(/^Sender/).fill('Service Desk <desk@example.com>');
  await server.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('The mail server is saved.')).toBeVisible();

  await trial.getByLabel('To').fill('unknown@example.com');
  await trial.getByRole('button', { name: 'Send a test message' }).click();
  const outcome = trial.getByRole('status');
  await expect(outcome).not.toBeEmpty();
  // the program has to be started with --allow-private-outbound 127.0.0.0/8
  await expect(outcome).toContainText('<b>nobody</b> of that name');
  await accessible(app);
  await trial.getByLabel('To').fill('ann@example.com');
  await trial.getByRole('button', { name: 'Send a test message' }).click();
  await expect(outcome).toContainText('The server took the message to ann@example.com.');
  expect(sink.got.at(-1)).toContain('Subject: Test message');

  const made = await app.request.post('/api/admin/v1/people', {
    data: { login: `busy${Date.now()}`, role: 'SelfService', email: 'busy@example.com' },
  });
  const { id, login } = await made.json();
  expect((await app.request.post(`/api/admin/v1/people/${id}/invitation`)).status()).toBe(204);
  await expect(async () => {
    await app.reload();
    await expect(app.getByRole('row', { name: new RegExp(login) })).toContainText('Trying again', { timeout: 1000 });
  }).toPass();
  const row = app.getByRole('row', { name: new RegExp(login) });
  await expect(row).toContainText('try later');
  await accessible(app);
  await picture(app, 'mail');
  await row.getByRole('checkbox').check();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Try now' }).click();
  await expect(app.getByText('Trying 1 e-mail now.')).toBeVisible();
  await app.getByRole('button', { name: 'Actions' }).click();
  await app.getByRole('menuitem', { name: 'Drop' }).click();
  await app.getByRole('dialog').getByRole('button', { name: 'Drop' }).click();
  await expect(row).toHaveCount(0);

  await server.getByRole('button', { name: 'Forget the server' }).click();
  await app.getByLabel('Type 127.0.0.1 to confirm').fill('127.0.0.1');
  await app.getByRole('dialog').getByRole('button', { name: 'Forget the server' }).click();
  await expect(server.getByRole('note')).toContainText('No mail server is set up');
  sink.stop();
});

test('a password goes in, never comes out, and is not sent to another server', async ({ app }) => {
  await app.request.delete('/api/admin/v1/mail');
  await app.goto('/admin/mail');
  const server = app.getByRole('region', { name: 'Mail server' });
  await server.getByLabel(/^Server/).fill('smtp.example.com');
  await server.getByLabel(/^Sender/).fill('desk@example.com');
  await server.getByLabel('User name').fill('desk');
  await server.getByLabel('Password', { exact: true }).fill('s3cret of the desk');
  await server.getByRole('button', { name: 'Save changes' }).click();
  await expect(server).toContainText('There is one, and it is kept');
  const answer = await app.request.get('/api/admin/v1/mail');
  expect(await answer.text()).not.toContain('s3cret');
  await app.reload();
  await server.getByLabel(/^Sender/).fill('Desk <desk@example.com>');
  await server.getByRole('button', { name: 'Save changes' }).click();
  await expect(app.getByText('The mail server is saved.')).toBeVisible();
  await server.getByLabel(/^Server/).fill('evil.example.org');
  await server.getByRole('button', { name: 'Save changes' }).click();
  await expect(server.getByText('type the password again')).toBeVisible();
  await accessible(app);
  await app.request.delete('/api/admin/v1/mail');
});

test('a server that cannot be reached says so on the page', async ({ app }) => {
  await app.route('**/api/admin/v1/mail', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'busy', detail: 'Busy.' }) }),
  );
  await app.goto('/admin/mail');
  await expect(app.getByRole('alert')).toContainText('Busy.', { timeout: 20_000 });
  await expect(app.getByRole('button', { name: 'Try again' })).toBeVisible();
});
