// Prints Lighthouse's scores of a page, as a phone sees it: node judge.mjs CHROMIUM URL COOKIE
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, url, cookie] = process.argv.slice(2);
const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
const chrome = await launch({ ...(chromePath && { chromePath }), chromeFlags });
try {
  const result = await lighthouse(url, {
    port: chrome.port,
    logLevel: "error",
    onlyCategories: ["performance", "accessibility", "best-practices"],
    extraHeaders: { Cookie: cookie },
  });
  const { categories, audits, finalDisplayedUrl, runtimeError } = result.lhr;
  const scores = Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, score]));
  const failed = Object.values(audits).filter(({ score }) => score !== null && score < 0.9).map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`);
  const measured = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "speed-index", "cumulative-layout-shift"];
  const timings = Object.fromEntries(measured.map((id) => [id, audits[id]?.displayValue]));
  console.log(JSON.stringify({ url: finalDisplayedUrl, scores, timings, failed, error: runtimeError ?? null }));
} finally {
  await chrome.kill();
}
