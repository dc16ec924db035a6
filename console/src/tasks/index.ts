/** Tasks: the list, the form, runs with live progress; `TasksFor` is for the pages of groups and devices. */
export { TasksFor } from './TasksFor.tsx';
