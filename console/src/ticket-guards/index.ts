/** What keeps tickets from being noise, and maintenance windows: two sections of the Ticketing tab that save by themselves. */
export { GuardsPart } from './GuardsPart.tsx';
export { MaintenancePart } from './MaintenancePart.tsx';
