/** A date as the number of days since 1970-01-01: what dates are inside the calendars, to be compared and counted. */
export type DayNumber = number;

const DAY_MS = 86_400_000;

/** `YYYY-MM-DD` to its number. */
export const dayNumber = (date: string): DayNumber => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The number of a date as `YYYY-MM-DD`. */
export const dateOf = (day: DayNumber): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** 0 for Sunday to 6 for Saturday. */
export const weekdayOf = (day: DayNumber): number => (((day + 4) % 7) + 7) % 7;
