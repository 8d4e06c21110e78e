# What R's survival package says of invented rows: one line per result, a name and its numbers.
# It is given a folder with multi.csv (stays) and lengths.csv (times in a stage of four groups).
suppressMessages(library(survival))
folder <- commandArgs(TRUE)[1]
say <- function(name, numbers) cat(name, sprintf("%.17g", as.numeric(numbers)), "\n")

d <- read.csv(file.path(folder, "multi.csv"))
ticks <- scan(file.path(folder, "ticks.txt"), quiet = TRUE)
states <- 0:4
d$event <- factor(d$to + 1, 0:5, c("censored", states))
d$from <- factor(d$state, states)
first <- c(1, 0, 0, 0, 0)
told <- function(name, fit, at) {
  s <- summary(fit, times = at, extend = TRUE)
  say(paste0(name, "_p"), s$pstate)
  say(paste0(name, "_se"), s$std.err)
}
surv <- Surv(d$entry, d$leave, d$event)
told("fixed", survfit(surv ~ 1, d, id = unit, istate = from, p0 = first), ticks)
# survfit takes a cluster and leaves multi-state errors as they are; its influences (of the start
# first, then of each time) add up.
each <- survfit(surv ~ 1, d, id = unit, istate = from, p0 = first, influence = TRUE)
of_unit <- d$cluster[match(sort(unique(d$unit)), d$unit)]
clustered <- sapply(findInterval(ticks, each$time), function(at)
  sqrt(colSums(rowsum(each$influence.pstate[, at + 1, ], of_unit)^2)))
say("clustered_se", t(clustered))
told("since", survfit(surv ~ 1, d, id = unit, istate = from, p0 = c(0, 1, 0, 0, 0),
                      start.time = ticks[2]), ticks[3:length(ticks)])
e <- read.csv(file.path(folder, "mixed.csv"))
e$event <- factor(e$to + 1, 0:5, c("censored", states))
e$from <- factor(e$state, states)
# Without its influences, this version of survfit leaves the start out of the errors.
told("mixed", survfit(Surv(e$entry, e$leave, e$event) ~ 1, e, id = unit, istate = from,
                      influence = TRUE), ticks)

k <- read.csv(file.path(folder, "lengths.csv"))
for (group in sort(unique(k$group))) {
  fit <- survfit(Surv(length, over) ~ 1, k[k$group == group, ])
  q <- quantile(fit, c(0.25, 0.5, 0.75))
  say(paste0("quantiles_", group), c(q$quantile, q$lower, q$upper))
  say(paste0("curve_", group), summary(fit)$surv)
}
test <- survdiff(Surv(length, over) ~ group, k)
say("log_rank", c(test$chisq, test$obs, test$exp))
cause <- survdiff(Surv(length, cause == 2) ~ group, k)
say("cause", c(cause$chisq, cause$obs, cause$exp))
# With late entry and no two at once, the log-rank test is the score test of Cox's likelihood.
late <- coxph(Surv(came, alone, over) ~ factor(group), k[k$alone > k$came, ])
say("late", late$score)
from_late <- survfit(Surv(came, alone, over) ~ 1, k[k$alone > k$came, ])
say("curve_late", summary(from_late)$surv)
