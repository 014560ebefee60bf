import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { Problem } from '@/api/problem';
import { useShortcut } from '@/app/keys';
import { show } from '@/testing/render';
import { Confirm } from './Confirm';
import { cell, csv } from './csv';
import { Panel } from './Panel';
import { SecretOnce } from './SecretOnce';
import { ErrorState } from './States';
import { ago } from './Time';

describe('export', () => {
  it('quotes what has commas, quotes or lines', () => {
    expect(cell('a,b')).toBe('"a,b"');
    expect(cell('say "x"')).toBe('"say ""x"""');
    expect(cell('one\ntwo')).toBe('"one\ntwo"');
  });
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('makes the formula %j text', (formula) => {
    expect(cell(formula).replaceAll('"', '')).toBe(`'${formula}`);
  });
  it('leaves nothing for what there is not', () => {
    expect(csv(['a', 'b'], [[null, undefined]])).toBe('\uFEFFa,b\r\n,\r\n');
  });
});

describe('time', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  it.each([
    ['2026-01-31T11:59:50Z', /now/],
    ['2026-01-31T11:30:00Z', /30 minutes ago/],
    ['2026-01-31T09:00:00Z', /3 hours ago/],
    ['2026-02-02T12:00:00Z', /in 2 days/],
    ['2025-06-01T12:00:00Z', /2025/],
  ])('says %s as %s', (at, words) => {
    expect(ago(Date.parse(at), now)).toMatch(words);
  });
});

describe('confirm', () => {
  it('lets nobody go on who has not typed the name', async () => {
    const act = vi.fn(async () => {});
    show(
      <Confirm opened title="Delete?" act="Delete" name="AppReg_x" onConfirm={act} onClose={() => {}}>
        It stops.
      </Confirm>,
    );
    const button = screen.getByRole('button', { name: 'Delete' });
    expect(button.hasAttribute('disabled')).toBe(true);
    await userEvent.type(screen.getByLabelText(/Type AppReg_x/), 'AppReg_x{Enter}');
    expect(act).toHaveBeenCalledOnce();
  });
  it('stays open with the reason and the request id when it is refused', async () => {
    const refused = new Problem({ status: 409, code: 'last', detail: 'It is the last one.', request_id: 'r-1' });
    show(
      <Confirm opened title="Delete?" act="Delete" onConfirm={() => Promise.reject(refused)} onClose={() => {}}>
        It stops.
      </Confirm>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await screen.findByText(/It is the last one/);
    await screen.findByText(/r-1/);
  });
});

describe('secret shown once', () => {
  it('closes only when it is said to be stored', async () => {
    const close = vi.fn();
    show(<SecretOnce title="Done" file="x" values={[{ caption: 'Client Secret', value: 'pvs_c_1', secret: true }]} onClose={close} />);
    const finish = screen.getByRole('button', { name: 'Finish and close' });
    expect(finish.hasAttribute('disabled')).toBe(true);
    await userEvent.keyboard('{Escape}');
    expect(close).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('checkbox', { name: 'I have stored it' }));
    await userEvent.click(finish);
    expect(close).toHaveBeenCalledOnce();
  });
});

describe('panel', () => {
  const panel = (dirty: boolean, submit: () => Promise<void>, close: () => void) => (
    <Panel opened title="New" submit="Create" dirty={dirty} labels={{ name: 'Name' }} onSubmit={submit} onClose={close}>
      <input aria-label="Name" />
    </Panel>
  );
  it('submits by Ctrl+Enter', async () => {
    const submit = vi.fn(async () => {});
    show(panel(false, submit, () => {}));
    screen.getByLabelText('Name').focus();
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    expect(submit).toHaveBeenCalledOnce();
  });
  it('leaves at once where nothing was typed', async () => {
    const close = vi.fn();
    show(panel(false, async () => {}, close));
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(close).toHaveBeenCalledOnce();
  });
  it('asks before it throws away what was typed', async () => {
    const close = vi.fn();
    show(panel(true, async () => {}, close));
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(close).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByRole('button', { name: 'Discard' }));
    expect(close).toHaveBeenCalledOnce();
  });
  it('sums the errors up by the labels of the fields, and is at them', async () => {
    const refused = new Problem({ status: 400, code: 'request_invalid', errors: [{ field: 'body.name', message: 'It is taken.' }] });
    show(
      panel(
        false,
        () => Promise.reject(refused),
        () => {},
      ),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    const summary = await screen.findByRole('alert');
    expect(summary.textContent).toContain('Name: It is taken.');
    await waitFor(() => expect(document.activeElement).toBe(summary));
  });
});

describe('errors', () => {
  it('says what happened, the request id, and tries again', async () => {
    const retry = vi.fn();
    show(<ErrorState error={new Problem({ status: 503, code: 'busy', detail: 'Too much to do.', request_id: 'r-2' })} retry={retry} />);
    expect(screen.getByRole('alert').textContent).toMatch(/Too much to do.*r-2/);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledOnce();
  });
});

function Page({ go, create }: { go: () => void; create: () => void }) {
  useShortcut('g a', 'Go', go);
  useShortcut('c', 'Create', create);
  return <input aria-label="Text" />;
}

describe('shortcuts', () => {
  it('takes two keys in a row, and none that is typed as text', async () => {
    const go = vi.fn();
    const create = vi.fn();
    show(<Page go={go} create={create} />);
    await userEvent.keyboard('ga');
    expect(go).toHaveBeenCalledOnce();
    await userEvent.type(screen.getByLabelText('Text'), 'cga');
    expect(create).not.toHaveBeenCalled();
    expect(go).toHaveBeenCalledOnce();
  });
  it('lists them by ?', async () => {
    show(<Page go={() => {}} create={() => {}} />);
    await userEvent.keyboard('?');
    expect((await screen.findByRole('dialog')).textContent).toContain('Create');
  });
});
