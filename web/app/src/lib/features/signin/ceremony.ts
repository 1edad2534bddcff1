import { api } from "$lib/api/api";

interface Ceremony {
  attempt: string;
  options: Record<string, unknown>;
}

export async function signInWithPasskey(): Promise<void> {
  const { attempt, options } = await api.post<Ceremony>("/api/passkeys/sign-in/begin");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
  const credential = await navigator.credentials.get({ publicKey });
  await api.post("/api/passkeys/sign-in/finish", { attempt, credential: toJson(credential) });
}

/** Keeps a passkey, named after the device that makes it. */
export async function addPasskey(): Promise<void> {
  const { attempt, options } = await api.post<Ceremony>("/api/passkeys/registration/begin");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON);
  const credential = await navigator.credentials.create({ publicKey });
  await api.post("/api/passkeys/registration/finish", { attempt, credential: toJson(credential) });
}

function toJson(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("No passkey was chosen.");
  return credential.toJSON();
}
