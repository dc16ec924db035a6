/** The EICAR test string, put together here so that no file of the checkout holds it and is reported for it. */
export const eicarString = [
  'X5O!P%@AP[4',
  '\\PZX54(P^)7CC)7}',
  '$EICAR-STANDARD',
  '-ANTIVIRUS-TEST',
  '-FILE!$H+H*',
].join('');
