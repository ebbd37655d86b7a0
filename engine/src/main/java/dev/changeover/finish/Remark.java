package dev.changeover.finish;

import dev.changeover.plan.TableName;

/** Something of MongoDB that the table is not made to promise, and why. */
public record Remark(TableName table, String about, String text) {}
