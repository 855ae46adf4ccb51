import { useState } from "preact/hooks";
import { useSpeech } from "./language";

/** A command that shows what is said, to copy. */
export function Command({ text }: { text: string }) {
  const { say } = useSpeech();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <span class="command">
      {/* It may be wider than its place, and is then scrolled by the keyboard, too. */}
      <code tabIndex={0} aria-label={`${say("command")}: ${text}`} role="group">
        {text}
      </code>
      {"clipboard" in navigator && (
        <button type="button" class="quiet" onClick={() => void copy()} aria-label={`${say("copy")}: ${text}`}>
          {say(copied ? "copied" : "copy")}
        </button>
      )}
    </span>
  );
}
