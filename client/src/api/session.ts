/**
 * Who is signed in. The access token lives in memory only; what gets the next one is a cookie that
 * no script can read (`docs/clients.md`).
 */

import { Problem, problemOf } from "./problems";
import type { LoggedIn, WebLoginsUser } from "./schema";
import { storage } from "./storage";
import { store } from "./store";

export type Session = {
  user: WebLoginsUser;
  token: string;
  /** The token is over: the page stays as it is, and whoever uses it signs in again. */
  lapsed: boolean;
  /** The browser did not keep the cookie, so a reload ends it. */
  fleeting: boolean;
  /** The account was made just now: its person is led to Connect first. */
  isNew: boolean;
};

export type Credentials = { email: string; password: string; code?: string };

/** Whose answers, drafts and undo this browser keeps; then asking for a session is worth it, too. */
const OWNER = "timeflow.signed-in";

/** How long signing out waits for the server to hear of it. */
const SIGN_OUT_MS = 3000;

let renewing: Promise<boolean> | null = null;
let again: (() => void)[] = [];

const { get, set, useValue } = store<Session | null>(null);

export const current = get;
export const useSession = useValue;

/** Raises `Problem`: 401 `totp-required` asks for the code of the second factor. */
export async function signIn(credentials: Credentials): Promise<void> {
  await enter("/auth/login", credentials, false);
}

export async function register(account: {
  email: string;
  password: string;
  time_zone: string;
  invite?: string;
}): Promise<void> {
  await enter("/auth/register", account, true);
}

async function enter(path: string, body: object, isNew: boolean): Promise<void> {
  await take(await post(path, { ...body, cookie: true }), { fleeting: false, isNew });
  const isKept = await refreshed();
  const session = get();
  if (!isKept && session) set({ ...session, lapsed: false, fleeting: true });
}

type Entry = Pick<Session, "fleeting" | "isNew">;

async function take(answer: LoggedIn, { fleeting, isNew }: Entry): Promise<void> {
  const { id } = answer.user;
  const kept = storage.getItem(OWNER);
  if ((get()?.user.id ?? kept ?? id) !== id) {
    // Nothing of the one before is shown to this one, nor sent in their name.
    set(null);
    if (kept !== id) storage.clear();
    storage.setItem(OWNER, id);
    location.reload();
    return new Promise(() => undefined);
  }
  storage.setItem(OWNER, id);
  set({ user: answer.user, token: answer.access_token, lapsed: false, fleeting, isNew });
  for (const resume of again) resume();
  again = [];
}

/** Whoever was signed in when the page was last open is so again. */
export async function restore(): Promise<void> {
  if (storage.getItem(OWNER)) await refreshed();
}

/** Resolves when there is a token that is not `old`: by the cookie, or when the person signed in. */
export async function renewed(old: string): Promise<void> {
  const before = get();
  if (before && before.token !== old && !before.lapsed) return;
  renewing ??= refreshed().finally(() => {
    renewing = null;
  });
  if (await renewing) return;
  const session = get();
  if (session) set({ ...session, lapsed: true });
  await new Promise<void>((resume) => again.push(resume));
}

/** Whether the cookie was good for a token. Raises `Problem` when nobody could say. */
async function refreshed(): Promise<boolean> {
  try {
    const entry = get() ?? { fleeting: false, isNew: false };
    await take(await post("/auth/refresh", {}), entry);
    return true;
  } catch (error) {
    if (error instanceof Problem && (error.status === 401 || error.status === 403)) return false;
    throw error;
  }
}

/** Another window signed out, or signed somebody else in. */
addEventListener("storage", ({ key, newValue }) => {
  const session = get();
  if (!session || (key !== OWNER && key !== null) || newValue === session.user.id) return;
  set(null);
  location.reload();
});

/** This browser forgets everything, whether or not the server could be told. */
export async function signOut(): Promise<void> {
  const signal = AbortSignal.timeout(SIGN_OUT_MS);
  await fetch("/auth/logout", { method: "POST", headers: headers(), signal }).catch(() => null);
  forget();
}

export function forget() {
  set(null);
  storage.clear();
  location.assign("/app/");
}

async function post(path: string, body: object): Promise<LoggedIn> {
  const answer = await fetch(path, {
    method: "POST",
    headers: headers(),
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Problem(0);
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

function headers(): Record<string, string> {
  const json = { "Content-Type": "application/json", "Timeflow-CSRF": "1" };
  const session = get();
  return session ? { ...json, Authorization: `Bearer ${session.token}` } : json;
}
