package dev.changeover.router;

import java.util.Map;

/**
 * What calls came to since the router began. {@code reads} and {@code writes}: calls with a result, with all their waiting;
 * {@code fenced}: tries that a database refused while the phase moved, and that were made again; {@code rereads}: reads made
 * again, as the lease had run out meanwhile or the phase had moved; {@code cutWaits}: calls that waited for PostgreSQL to
 * have what MongoDB has, {@code cutWaitsInVain} of them not with success; {@code fallbacks}: reads of phase pg-reads that
 * MongoDB answered; {@code notDone} and {@code unknown}: calls that ended in such an exception; {@code unseen}: writes on
 * MongoDB of which no command was seen.
 */
public record Figures(
        Map<Phase, Latency> reads,
        Map<Phase, Latency> writes,
        long fenced,
        long rereads,
        long cutWaits,
        long cutWaitsInVain,
        long fallbacks,
        long notDone,
        long unknown,
        long unseen,
        Trials trials) {
    /**
     * Of what was tried on PostgreSQL beside the calls. {@code shadowsLate}: PostgreSQL did not have in time what MongoDB
     * had, so nothing was compared; {@code onMongo} and {@code onPostgres}: how long the same reads took; {@code dropped}:
     * not tried, as the queue was full.
     */
    public record Trials(
            long shadowsSame,
            long shadowsDiffering,
            long shadowsFailed,
            long shadowsLate,
            Latency onMongo,
            Latency onPostgres,
            long rehearsalsWell,
            long rehearsalsFailed,
            long rehearsalsDiffering,
            long dropped) {}
}
