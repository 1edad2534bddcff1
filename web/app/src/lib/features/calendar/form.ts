import { clockOf, dayOf, instant, minuteOf, minutesIn, plusDays } from "./days";

/** What a new appointment is begun with. */
export interface Beginning {
  day?: string;
  minute?: number;
  length?: number;
  people?: string;
}

export const REPEATS = {
  "": "once",
  "RRULE:FREQ=DAILY": "every day",
  "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "every working day",
  "RRULE:FREQ=WEEKLY": "every week",
  "RRULE:FREQ=MONTHLY": "every month",
} as const;

export interface Form {
  title: string;
  allDay: boolean;
  day: string;
  until: string;
  from: string;
  to: string;
  people: string;
  location: string;
  description: string;
  repeats: string;
  online: boolean;
}

const USUAL_LENGTH = 30;

/** An empty form: on the day that is shown, at the next full hour. */
export function emptyForm(beginning: Beginning, shown: string, now: Date): Form {
  const today = dayOf(now);
  const day = beginning.day ?? (shown < today ? today : shown);
  const minute = beginning.minute ?? Math.min(23, Math.floor(minuteOf(now) / 60) + 1) * 60;
  const end = Math.min(1_439, minute + (beginning.length ?? USUAL_LENGTH));
  return {
    title: "", allDay: false, day, until: day, from: clockOf(minute), to: clockOf(end),
    people: beginning.people ?? "", location: "", description: "", repeats: "", online: false,
  };
}

export function peopleIn(text: string): string[] {
  return text.split(/[,;\s]+/).map((part) => part.trim()).filter(Boolean);
}

/** The times of a form. An end before the start is on the next day; a whole day ends at the midnight after it. */
export function timesOf(form: Form, zone?: string): { start: string; end: string } {
  if (form.allDay) {
    const last = form.until < form.day ? form.day : form.until;
    return { start: instant(form.day, 0, zone).toISOString(), end: instant(plusDays(last, 1), 0, zone).toISOString() };
  }
  const [from, to] = [minutesIn(form.from), minutesIn(form.to)];
  const lastDay = to <= from ? plusDays(form.day, 1) : form.day;
  return { start: instant(form.day, from, zone).toISOString(), end: instant(lastDay, to, zone).toISOString() };
}

export function argumentsOf(form: Form, zone: string): Record<string, unknown> {
  return {
    title: form.title.trim(),
    ...timesOf(form, zone),
    all_day: form.allDay,
    zone,
    attendees: peopleIn(form.people),
    location: form.location.trim(),
    description: form.description.trim(),
    recurrence: form.repeats ? [form.repeats] : [],
    online: form.online,
  };
}
