// Not used here: it has the sheet built, which scripts/ahead.js links on devices that hold the letters already.
export { default as _fonts } from "../styles/fonts.css?url";

export const ssr = false;
export const prerender = false;
