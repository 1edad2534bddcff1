/** The house takes 2 MB in one call, and base64 makes four letters of three bytes. */
export const LARGEST = 1_500_000;
export const ACCEPTED = ".pdf,.csv,.ofx,.qfx,.sta,.mt940,.940,.xml,.txt";
const CHUNK = 0x8000;

/** A file's bytes in base64, in pieces, as a call takes only so many arguments. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return btoa(parts.join(""));
}
