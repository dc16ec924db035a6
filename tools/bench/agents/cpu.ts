import { readFileSync } from 'node:fs';

/** Clock ticks of Linux's accounting; the same on all machines that we know. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process took until now, of all its threads. */
export const cpuSecondsOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold blanks; utime and stime are the 14th and 15th word of the line.
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(words[11]) + Number(words[12])) / TICKS_PER_SECOND;
};
