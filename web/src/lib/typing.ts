/** Whether the person is in the middle of something: the cursor must stay where it is. */
export function isTyping(): boolean {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLElement &&
    activeElement.matches("input:not(:disabled), textarea:not(:disabled), [role=dialog] *")
  );
}
