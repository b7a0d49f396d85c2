"""The mixed model for repeated measures: REML, named covariance structures, small-sample inference."""
