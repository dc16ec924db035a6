/** Who is at the console: signing in and out, the first administrator, one's own password. Pages are loaded by the router. */
export { ChangePasswordView } from './ChangePasswordView.tsx';
export { sessionMessages } from './messages.ts';
export { useChangePassword, useSession, useSignIn } from './useSession.ts';
