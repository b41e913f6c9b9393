const DAY_MINUTES = 1440;
const CLOSE = 16 * 60;
const OPEN = 17 * 60;
const FRIDAY = 5;
const SATURDAY = 6;

const chicago = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Chicago',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * Whether the CME's electronic market is open by its weekly hours: Sunday 17:00 to Friday 16:00 in Chicago, with a break
 * from 16:00 to 17:00. Holidays are not known here.
 *
 * @param ms epoch milliseconds
 */
export function isGlobexOpen(ms: number): boolean {
  const parts = new Map(chicago.formatToParts(ms).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf(parts.get('weekday') ?? '');
  const minute = (Number(parts.get('hour')) * 60 + Number(parts.get('minute'))) % DAY_MINUTES;
  if (day === SATURDAY) return false;
  if (day === 0) return minute >= OPEN;
  if (day === FRIDAY) return minute < CLOSE;
  return minute < CLOSE || minute >= OPEN;
}
