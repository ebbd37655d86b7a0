package dev.changeover;

/** Where a change stream can be reopened: the server's token document as canonical Extended JSON. */
public record ResumeToken(String json) {}
