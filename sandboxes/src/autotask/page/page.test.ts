import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aNote, startForTest, type TestSandbox } from '../test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const HOSTILE = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`;
const get = (path: string) => box.fetchJson(`${box.sandbox.origin}${path}`, {});
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${box.sandbox.origin}${path}`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  });

describe('the list of tickets', () => {
  test('shows open tickets, newest first, and the others on request', async () => {
    await box.createTicket({ title: 'older one', externalID: 'ksi1:abc' });
    const done = await box.createTicket({ title: 'newer one', companyID: 176 });
    await box.call('PATCH', '/Tickets', { body: { id: done, status: 5 } });
    const open = (await get('/')).text;
    expect(open).toContain('T20260305.0001');
    for (const part of [
      'first',
      'Alder Joinery',
      'New',
      'Medium',
      'Monitoring Alert',
      '2026-03-06 10:00',
      'ksi1:abc',
    ]) {
      expect(open).toContain(part);
    }
    expect(open).not.toContain('newer one');
    const all = (await get('/?show=all')).text;
    expect(all.indexOf('newer one')).toBeLessThan(all.indexOf('older one'));
    expect(all).toContain('Complete');
    const company = (await get('/?show=all&company=175')).text;
    expect(company).toContain('older one');
    expect(company).not.toContain('newer one');
  });

  test('marks what is past its due time', async () => {
    await box.createTicket();
    expect((await get('/')).text).not.toContain('overdue');
    box.controls.advanceClock(3 * 86_400_000);
    expect((await get('/')).text).toContain('overdue');
  });

  test('says so when there is nothing', async () => {
    expect((await get('/')).text).toContain('No open tickets.');
  });

  test('has a caption, column and row headings, labels and a language', async () => {
    await box.createTicket();
    const page = (await get('/')).text;
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<caption>1 open ticket');
    expect(page.match(/<th scope="col">/g)).toHaveLength(10);
    expect(page).toMatch(/<th scope="row"><a href="\/tickets\/100001">/);
    expect(page.match(/<label>/g)).toHaveLength(page.match(/<select/g)?.length ?? 0);
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });
});

describe('hostile texts', () => {
  test('are shown and never run', async () => {
    box.controls.createCompanies([{ companyName: HOSTILE.slice(0, 100) }]);
    const id = await box.createTicket({
      title: HOSTILE,
      description: HOSTILE,
      resolution: HOSTILE,
      externalID: '"><svg onload=x>',
    });
    await box.call('POST', `/Tickets/${id}/Notes`, { body: { ...aNote, title: HOSTILE, description: HOSTILE } });
    box.controls.putPicklistValue('Tickets', 'status', { value: '8', label: HOSTILE });
    for (const path of ['/', `/tickets/${id}`]) {
      const page = (await get(path)).text;
      expect(page).not.toMatch(/<script>|<img|<svg/);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img');
    }
  });

  test('could not run either: only our own scripts and styles are allowed', async () => {
    for (const path of ['/', '/tickets/1', '/assets/refresh.js']) {
      expect((await get(path)).headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    const page = (await get('/')).text;
    expect(page).not.toMatch(/ style=| on\w+=|<style/);
  });
});

describe('a ticket', () => {
  test('shows its text and notes, and its status can be changed as a technician', async () => {
    const id = await box.createTicket({ description: 'line one\nline two' });
    await box.call('POST', `/Tickets/${id}/Notes`, { body: aNote });
    const page = (await get(`/tickets/${id}`)).text;
    for (const part of ['line one\nline two', 'Looked at it', 'Internal Users', 'Gatehouse API'])
      expect(page).toContain(part);
    const answer = await post(`/tickets/${id}/status`, 'status=5', { Origin: box.sandbox.origin });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/tickets/${id}`]);
    expect(await box.ticket(id)).toMatchObject({ status: 5, completedDate: '2026-03-05T09:00:00Z' });
  });

  test.each(['status=99', 'status=', 'nonsense', ''])('a change to %j is refused on the page', async (body) => {
    const id = await box.createTicket();
    const answer = await post(`/tickets/${id}/status`, body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The status was not changed.');
    expect((await box.ticket(id)).status).toBe(1);
  });

  test('a form on another web page cannot change it', async () => {
    const id = await box.createTicket();
    expect((await post(`/tickets/${id}/status`, 'status=5', { Origin: 'http://elsewhere.example' })).status).toBe(403);
    expect((await box.ticket(id)).status).toBe(1);
  });

  test.each(['/tickets/1', '/tickets/abc', '/tickets/99999999999999999999'])('%s does not exist', async (path) => {
    const reply = await get(path);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await post(`${path}/status`, 'status=5')).status).toBe(404);
  });
});

describe('the style', () => {
  const css = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
  const colours = (block: string): Record<string, string> =>
    Object.fromEntries([...block.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');
  /** Relative luminance (WCAG 2.2). */
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((one, two) => two - one);
    return (high + 0.05) / (low + 0.05);
  };

  test.each([
    ['light', colours(light)],
    ['dark', colours(dark)],
  ])('has enough contrast in the %s scheme', (_name, palette) => {
    for (const text of ['ink', 'soft', 'link', 'open', 'done', 'alarm']) {
      for (const back of ['back', 'band']) {
        expect(contrast(palette[text] ?? '', palette[back] ?? ''), `${text} on ${back}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
