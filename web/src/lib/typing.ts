/** Whether the person is in the middle of something: the cursor must stay where it is. */
export function isTyping(): boolean {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLElement &&
    activeElement.matches("input:not(:disabled), textarea:not(:disabled), [role=dialog] *")
  );
}

/** Whether keys pressed here belong to what has the focus: a field, or a layer above the page such as a dialog or a menu. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const layers = "[role=dialog], [role=menu], [role=listbox], [role=grid]";
  return target.isContentEditable || target.closest(`input, textarea, select, ${layers}`) !== null;
}
