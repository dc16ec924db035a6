import { messagesOf } from '../platform/index.ts';

export const sessionMessages = messagesOf('session', {
  signIn: 'Sign in',
  signInHint: 'To the console of your managed service.',
  name: 'Name',
  password: 'Password',
  nameMissing: 'Type your name',
  passwordMissing: 'Type your password',
  setUpNeededTitle: 'No administrator yet',
  setUpNeeded:
    'This server waits for its first administrator. Open the set-up address that the server printed when it started; it has a one-time token in it.',
  setUp: 'Set up Gatehouse',
  setUpHint: 'Make the first administrator. Everything else can be done from the console then.',
  setUpDo: 'Make administrator and sign in',
  setUpNoTokenTitle: 'The address has no token',
  setUpNoToken:
    'Open the whole set-up address that the server printed when it started, with everything after the question mark.',
  setUpDoneTitle: 'Already set up',
  setUpDone: 'This server has its administrator. Sign in instead.',
  passwordHint: 'At least 12 characters; a sentence is good. It can be changed later.',
  passwordAgain: 'Password again',
  passwordDiffers: 'The two passwords differ',
  nameHint: 'Letters, digits and . _ @ + - only',
  changePassword: 'Change password',
  changePasswordHint: 'All your other sessions end; this one stays.',
  oldPassword: 'Present password',
  newPassword: 'New password',
  passwordChanged: 'Your password was changed; your other sessions have ended',
});
