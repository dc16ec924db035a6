import { DEFAULT_MAIL_MESSAGE, NOTIFICATION_PLACEHOLDERS } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { previewOf } from './placeholders.ts';

describe('the preview of a notification', () => {
  it('has something for each placeholder, and a percent sign where two are typed', () => {
    for (const name of NOTIFICATION_PLACEHOLDERS) expect(previewOf(`%${name}%`)).not.toContain('%');
    expect(previewOf(DEFAULT_MAIL_MESSAGE)).not.toContain('%');
    expect(previewOf('100%% of %COMPUTER%')).toBe('100% of LAPTOP-7');
    expect(previewOf('%%COMPUTER%%')).toBe('%COMPUTER%');
  });

  it('leaves alone what is no placeholder, and takes the phone numbers that are typed', () => {
    expect(previewOf('%NOTHING% %constructor%')).toBe('%NOTHING% %constructor%');
    expect(previewOf('%PHONE_NUMBERS%', ['+1 555 0100', '+1 555 0101'])).toBe('+1 555 0100, +1 555 0101');
  });
});
