/** As large as what the house takes from a mail. */
export const LARGEST = 25 * 1024 * 1024;
export const ACCEPTED = ".pdf,.csv,.ofx,.qfx,.sta,.mt940,.940,.xml,.txt";
const CHUNK = 0x8000;

/** A file's bytes in base64, in pieces, as a call takes only so many arguments. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return btoa(parts.join(""));
}
