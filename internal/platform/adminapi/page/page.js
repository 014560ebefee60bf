// Sends the requests of the forms "Try it", with what this browser is signed in with or with the credential of the form above. Nothing is kept.
'use strict';

document.documentElement.classList.add('scripted');

const most = 100_000; // characters of an answer that are shown

/** The path and the query of a form, as they are typed. Parameters that are left empty are not sent. */
function addressOf(form) {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.elements) {
    if (field.dataset.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    if (field.dataset.in === 'query' && field.value !== '') query.append(field.name, field.value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** What a form sends besides: headers and body. */
function requestOf(form) {
  const headers = new Headers({ Accept: 'application/json' });
  const credential = document.getElementById('credential').value.trim();
  if (credential !== '') headers.set('Authorization', /\s|=/.test(credential) ? credential : `Bearer ${credential}`);
  for (const field of form.elements) {
    if (field.dataset.in === 'header' && field.value !== '') headers.set(field.name, field.value);
  }
  const body = form.elements.namedItem('body')?.value;
  if (body) headers.set('Content-Type', 'application/json');
  return { method: form.dataset.method, headers, body: body || undefined };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The same request as a command. The credential is left for the shell to fill in. */
function commandOf(form, address) {
  const { method, headers, body } = requestOf(form);
  const parts = ['curl', '-X', method];
  for (const [name, value] of headers) {
    if (name !== 'authorization' && name !== 'accept') parts.push('-H', quoted(`${name}: ${value}`));
  }
  parts.push('-H', '"Authorization: Bearer $KEY"');
  if (body) parts.push('-d', quoted(body));
  parts.push(quoted(location.origin + address));
  return parts.join(' ');
}

/** A body as it is read: JSON on several lines. */
function shown(text) {
  let out = text;
  try {
    out = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // not JSON, or nothing: as it came
  }
  return out.length > most ? `${out.slice(0, most)}\n… and ${out.length - most} more characters` : out;
}

async function send(form) {
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  const button = form.querySelector('button');
  const address = addressOf(form);
  part('result').hidden = false;
  part('command').textContent = commandOf(form, address);
  part('status').textContent = 'Waiting for the answer';
  part('answer').textContent = '';
  button.disabled = true;
  try {
    const began = performance.now();
    const answer = await fetch(address, { ...requestOf(form), cache: 'no-store', redirect: 'error' });
    const text = await answer.text();
    const time = Math.round(performance.now() - began);
    part('status').textContent = `${answer.status} ${answer.statusText} in ${time} ms`.replace('  ', ' ');
    part('answer').textContent = shown(text) || 'No body.';
    if (answer.status === 401) part('answer').textContent += '\n\nSign in in another tab, or give a credential at the top of this page.';
  } catch (error) {
    part('status').textContent = `Not sent: ${error instanceof Error ? error.message : error}`;
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll('form[data-path]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form);
  });
}
