const WIDE = "(min-width: 48rem)";

/** Whether the screen has room for a week. */
export class Desktop {
  readonly is = matchMedia(WIDE).matches;
}
