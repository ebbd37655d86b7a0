package dev.changeover.finish;

import java.util.List;

/** What could be done, in the order in which it is done; what MongoDB demands but no table can; and what to know first. */
public record Proposal(List<Finding> findings, List<Remark> remarks, List<String> warnings) {
    public Proposal {
        findings = List.copyOf(findings);
        remarks = List.copyOf(remarks);
        warnings = List.copyOf(warnings);
    }
}
