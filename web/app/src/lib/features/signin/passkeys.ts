import { api } from "$lib/api/api";

interface Ceremony {
  attempt: string;
  options: Record<string, unknown>;
}

/** Whether this browser can make and use passkeys from the server's JSON. */
export function canUsePasskeys(): boolean {
  return "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

export async function signInWithPasskey(): Promise<void> {
  const { attempt, options } = await api.post<Ceremony>("/api/passkeys/sign-in/begin");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
  const credential = await navigator.credentials.get({ publicKey });
  await api.post("/api/passkeys/sign-in/finish", { attempt, credential: toJson(credential) });
}

export async function addPasskey(name: string): Promise<void> {
  const { attempt, options } = await api.post<Ceremony>("/api/passkeys/registration/begin");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON);
  const credential = await navigator.credentials.create({ publicKey });
  await api.post("/api/passkeys/registration/finish", { attempt, name, credential: toJson(credential) });
}

function toJson(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("No passkey was chosen.");
  return credential.toJSON();
}
