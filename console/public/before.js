// Read before everything else: zod must not probe for eval, which the content security policy forbids and reports.
globalThis.__zod_globalConfig = { jitless: true };
