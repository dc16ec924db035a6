import { describe, expect, test } from 'vitest';
import { startProgram } from '../lib/child-program.ts';

interface Line {
  step?: number;
  title?: string;
  ok: boolean;
  milliseconds: number;
  detail?: string;
}

const walk = async (...flags: string[]): Promise<{ code: number | null; lines: Line[]; output: string }> => {
  const program = startProgram('tools/main-job.ts', ['--json', ...flags]);
  try {
    const code = await program.ended;
    const output = program.output();
    const lines = output.split('\n').flatMap((line): Line[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
    return { code, lines, output };
  } finally {
    await program.stop();
  }
};

describe('the main job', () => {
  test('goes from a malware find to a ticket and back, step by step, and tells each', async () => {
    const { code, lines, output } = await walk();
    const failed = lines.filter(({ ok }) => !ok);
    expect(failed, output).toEqual([]);
    expect(code).toBe(0);
    const steps = lines.filter(({ step, title }) => step !== undefined && title !== undefined);
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index + 1));
    for (const promised of [
      'The device turns Critical',
      'A ticket appears in the PSA',
      'The ticket closes by itself',
    ]) {
      expect(steps.map(({ title }) => title)).toContain(promised);
    }
    expect(lines.at(-1)).toMatchObject({ ok: true });
  }, 180_000);

  test('stops at the right step, with exit code 1, when a link of the chain is missing', async () => {
    const { code, lines, output } = await walk('--without', 'psa-secret');
    expect(code, output).toBe(1);
    const failed = lines.filter(({ ok, title }) => !ok && title !== undefined);
    expect(failed.map(({ title }) => title)).toEqual(['Gatehouse connects to the PSA and checks its rights']);
    expect(lines.at(-1)).toMatchObject({ ok: false });
  }, 90_000);

  test('refuses a link that is not in the chain, in a sentence', async () => {
    const { code, output } = await walk('--without', 'coffee');
    expect(code).toBe(1);
    expect(output).toContain('--without takes one of agent, psa-secret, rule');
  });
});
