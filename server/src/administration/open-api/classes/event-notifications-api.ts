import type { ReportedEvent, SeverityCode } from '@gatehouse/contract';
import { BadFormat, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import type { MethodClass } from '../method.ts';

const MOST_DESCRIPTION = 1000;
const MOST_PARAM = 512;
const MOST_NAME = 100;

const within = (text: string, most: number, where: string): string => {
  if (text.length > most) throw new BadFormat(`at most ${most} characters are needed`, where);
  return text;
};

/** EventNotificationsApi: events of programs, published as the server's own (KSCAPI 14 a00140). */
export const eventNotificationsApiClass: MethodClass = {
  PublishEvent: {
    needs: 'server:write',
    audit: 'event.published',
    run: async ({ args, login, administration, now }) => {
      const type = required(args.string('wstrEventType') || undefined, 'wstrEventType');
      if (!/^[A-Za-z0-9_.:-]{1,100}$/.test(type))
        throw new BadFormat('letters, digits and _ . : - are needed', 'wstrEventType');
      const body = readArguments(required(args.params('pEventBody'), 'pEventBody'));
      const severity = required(body.int('GNRL_EA_SEVERITY'), 'pEventBody.GNRL_EA_SEVERITY');
      if (severity < 1 || severity > 4) throw new BadFormat('1 to 4 is needed', 'pEventBody.GNRL_EA_SEVERITY');
      const typeId = body.int('GNRL_EA_ID');
      const params: Record<string, string> = {};
      for (let number = 1; number <= 9; number += 1) {
        const name = `GNRL_EA_PARAM_${number}`;
        const text = body.string(name);
        if (text) params[number] = within(text, MOST_PARAM, `pEventBody.${name}`);
      }
      const event: Omit<ReportedEvent, 'seq'> = {
        type,
        riseTime: (args.dateTime('tmBirthTime') ?? now).toISOString(),
        severity: severity as SeverityCode,
        displayName: within(
          required(body.string('event_type_display_name'), 'pEventBody.event_type_display_name'),
          MOST_NAME,
          'pEventBody.event_type_display_name',
        ),
        description: within(
          required(body.string('GNRL_EA_DESCRIPTION'), 'pEventBody.GNRL_EA_DESCRIPTION'),
          MOST_DESCRIPTION,
          'pEventBody.GNRL_EA_DESCRIPTION',
        ),
        params,
        ...(typeId !== undefined && typeId > 0 && { typeId }),
      };
      await administration.publish(login.server.id, event);
      return {};
    },
  },
};
