/** Event selections: their list and form; fields of the form that the selections of devices have too. */
export { AccessTabView } from './AccessTabView.tsx';
export { ChoicesField } from './ChoicesField.tsx';
export { LinesField } from './LinesField.tsx';
